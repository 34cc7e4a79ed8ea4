use tend_testkit::Tend;

#[test]
fn both_databases_have_one_schema() {
    Tend::on_both(|t| insta::assert_snapshot!("schema", t.schema()));
}
